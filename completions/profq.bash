# Completion of profq for bash.  `profq complete' knows the candidates; this
# only hands it the words, and completes files where it has none.

_profq()
{
	local line=${COMP_LINE:0:COMP_POINT} words=() rest typed i

	# bash parts words at = and :, profq does not: join what has no blank
	# between.  The first word is the program.
	for ((i = 0; i < COMP_CWORD; i++)); do
		rest=${line#"${line%%[![:space:]]*}"}
		if ((i > 0)) && [[ $rest == "$line" ]]; then
			words[-1]+=${COMP_WORDS[i]}
		else
			words+=("${COMP_WORDS[i]}")
		fi
		line=${rest#"${COMP_WORDS[i]}"}
	done
	rest=${line#"${line%%[![:space:]]*}"}
	if [[ $rest == "$line" ]]; then
		words[-1]+=$rest
	else
		words+=("$rest")
	fi

	typed=${words[-1]}
	mapfile -t COMPREPLY < <("${1/#\~/$HOME}" complete \
		"${words[@]:1}" 2>/dev/null)
	if [[ $typed == -*=* && $COMP_WORDBREAKS == *=* ]]; then
		# only what follows the last break is replaced
		COMPREPLY=("${COMPREPLY[@]#*=}")
		typed=${typed#*=}
	fi
	if [[ ${#COMPREPLY[@]} == 0 || (${#words[@]} == 2 && $typed != -*) ]]
	then
		compopt -o filenames
		mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY \
			< <(compgen -f -- "$typed")
	elif [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *= ]]; then
		compopt -o nospace
	fi
}

complete -F _profq profq
