module example.org/Upper/dep

go 1.18
