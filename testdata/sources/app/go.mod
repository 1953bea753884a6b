module example.org/app

go 1.18

require example.org/Upper/dep v1.2.3
