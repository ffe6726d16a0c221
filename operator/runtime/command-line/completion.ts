import {complete, completionLines} from "./complete.ts";
import {completionScript, SHELLS} from "./shell.ts";
import {type Command, command, type Program} from "./table.ts";

/** The commands by which a shell completes the words of a program. */
export const completionCommands = (program: () => Program): Command[] => [
  command({
    name: "completion",
    summary: "Print the script that completes commands, options and names in a shell",
    arguments: [{name: "SHELL", summary: "the shell", values: SHELLS}],
    options: {},
    examples: [["For this shell", "source <({} completion bash)"]],
    async run({SHELL: shell}) {
      process.stdout.write(completionScript(shell, program().name.replaceAll(" ", "-")));
      return 0;
    },
  }),
  command({
    name: "__complete",
    summary: "Print the possible completions of the last word",
    arguments: [{name: "WORD", summary: "a word of the command line", rest: true}],
    options: {},
    examples: [],
    verbatim: true,
    hidden: true,
    async run({WORD: words}) {
      const lines = completionLines(await complete(program(), words));
      // A connection that waits for an answer would keep the process.
      process.stdout.write(`${lines}\n`, () => process.exit(0));
      return 0;
    },
  }),
];
