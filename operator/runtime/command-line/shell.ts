export const SHELLS = ["bash", "zsh"] as const;
type Shell = (typeof SHELLS)[number];

/** A script that has a shell ask the program itself (`__complete`) for the completions of a command line. */
export const completionScript = (shell: Shell, program: string): string => scripts[shell](program);

const identifier = (program: string) => `_${program.replaceAll("-", "_")}`;

const scripts: Record<Shell, (program: string) => string> = {
  bash: (program) => `# bash completion of ${program}. To load it: source <(${program} completion bash)
${identifier(program)}() {
  local lines line word="\${COMP_WORDS[COMP_CWORD]}"
  mapfile -t lines < <("\${COMP_WORDS[0]}" __complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  COMPREPLY=()
  for line in "\${lines[@]}"; do
    case $line in
      :0) [[ $word == = ]] && word=; compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$word") ;;
      :*) ;;
      *) COMPREPLY+=("\${line%%$'\\t'*}") ;;
    esac
  done
}
complete -F ${identifier(program)} ${program}
`,
  zsh: (program) => `#compdef ${program}
# zsh completion of ${program}. To load it: source <(${program} completion zsh)
${identifier(program)}() {
  local line
  local -a lines described
  lines=("\${(@f)$("\${words[1]}" __complete "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  for line in "\${lines[@]}"; do
    case $line in
      :0) _files ;;
      :*) ;;
      *) described+=("\${\${line//:/\\\\:}/$'\\t'/:}") ;;
    esac
  done
  (( \${#described} )) && _describe '${program}' described
}
compdef ${identifier(program)} ${program}
`,
};
