# Completion of profq for fish.  `profq complete' knows the candidates; this
# only hands it the words, and completes files where it has none.

# What the tables say of a candidate stands behind it.
function __profq_candidates
    set -l words (commandline -opc) (commandline -ct)
    begin
        $words[1] help --list-options 2>/dev/null | string replace -r '^' -- -
        $words[1] help --list-commands 2>/dev/null
        echo
        $words[1] complete $words[2..-1] 2>/dev/null
    end | awk -F '\t' '
        !listed && $0 == "" { listed = 1; next }
        !listed { told[$1] = $NF; next }
        { name = $0; sub(/=$/, "", name) }
        !(name in told) { sub(/^-/, "", name) }
        { print name in told ? $0 "\t" told[name] : $0 }'
end

function __profq_wants_file
    set -l words (commandline -opc)
    set -l found (__profq_candidates)
    test (count $found) -eq 0; or test (count $words) -eq 1
end

complete -c profq -f -a '(__profq_candidates)'
complete -c profq -n __profq_wants_file -F
