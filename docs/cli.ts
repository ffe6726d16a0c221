import {program} from "../operator/cli/program.ts";
import {
  argumentText,
  exampleOf,
  line,
  optionName,
  optionsOf,
  optionText,
} from "../operator/runtime/command-line/help.ts";
import type {Command, Program} from "../operator/runtime/command-line/table.ts";

const table = program();
const cell = (text: string) => text.replaceAll("|", "\\|");
const rows = (head: [string, string], entries: [string, string][]): string =>
  entries.length === 0
    ? ""
    : `\n| ${head.join(" | ")} |\n| --- | --- |\n${entries.map(([name, text]) => `| \`${cell(name)}\` | ${cell(text)} |`).join("\n")}\n`;

/** docs/reference/cli.md, from the table of commands. */
export const cliPage = (): string => `# Command line

${table.summary} [How to install it](../install.md#the-command-line). As a plugin of kubectl it is \`kubectl telemetry\`.

Exit codes: 0 when all is well, 1 when a command says so below, 2 when the command line is wrong or the command failed. What a command found goes to
stdout; errors, progress and the word that there is nothing to show go to stderr.
${table.groups.map((group) => groupText(group)).join("")}`;

const groupText = ({title, commands}: Program["groups"][number]): string =>
  `\n## ${title}\n${commands
    .filter(({hidden}) => !hidden)
    .map(commandText)
    .join("")}`;

function commandText(command: Command): string {
  const {name, summary, details, examples} = command;
  const options = optionsOf(command).map(([key, option]): [string, string] => [
    optionName(key, option).trim(),
    optionText(option),
  ]);
  const named = command.arguments.map((argument): [string, string] => [argument.name, argumentText(argument)]);
  const lines = examples.flatMap(([purpose, words]) => [`# ${purpose}`, exampleOf(table, words)]);
  return `
### ${name}

${summary}.${details ? ` ${details.replaceAll(/\s+/g, " ")}` : ""}

\`\`\`text
${table.name} ${line(command)} [OPTIONS]
\`\`\`
${rows(["argument", "meaning"], named)}${rows(["option", "meaning"], options)}${lines.length > 0 ? `\n\`\`\`sh\n${lines.join("\n")}\n\`\`\`\n` : ""}`;
}
