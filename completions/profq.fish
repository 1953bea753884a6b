# Completion of profq for fish.  `profq complete' knows the candidates; this
# only hands it the words, and completes files where it has none.

function __profq_candidates
    set -l words (commandline -opc) (commandline -ct)
    $words[1] complete $words[2..-1] 2>/dev/null
end

function __profq_wants_file
    set -l words (commandline -opc)
    set -l found (__profq_candidates)
    test (count $found) -eq 0; or test (count $words) -eq 1
end

complete -c profq -f -a '(__profq_candidates)'
complete -c profq -n __profq_wants_file -F
