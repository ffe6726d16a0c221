import {type Argument, type Command, commandsOf, HELP, type Option, type Program} from "./table.ts";

/** The text of `--help`: the commands by group. */
export function usageOf(program: Program): string {
  const shown = commandsOf(program).filter(({hidden}) => !hidden);
  const width = Math.max(...shown.map(({name}) => name.length));
  const groups = program.groups.flatMap(({title, commands}) => {
    const rows = commands.flatMap(({name, summary, hidden}): [string, string][] => (hidden ? [] : [[name, summary]]));
    return ["", ...(title ? [`${title}:`] : []), ...columns(rows, width)];
  });
  return [
    program.summary,
    "",
    `Usage: ${program.name} COMMAND [OPTIONS]`,
    ...groups,
    "",
    `"${program.name} COMMAND --help" shows the options and examples of a command.`,
  ].join("\n");
}

/** The text of `COMMAND --help`. */
export function helpOf(program: Program, command: Command): string {
  const {summary, details, examples} = command;
  const named = command.arguments.map((argument) => [argument.name, argumentText(argument)] as const);
  const lines = examples.flatMap(([purpose, words]) => [`  # ${purpose}`, `  ${exampleOf(program, words)}`]);
  return [
    `${summary}.`,
    ...(details ? ["", ...wrapped(details)] : []),
    "",
    `Usage: ${program.name} ${line(command)} [OPTIONS]`,
    ...(named.length > 0 ? ["", "Arguments:", ...columns(named)] : []),
    "",
    optionList(program, command, false),
    ...(lines.length > 0 ? ["", "Examples:", ...lines] : []),
  ].join("\n");
}

/** The options of a command; with a hint where the rest is. */
export function optionList(program: Program, command: Command, hint = true): string {
  const options = columns(optionsOf(command).map(([name, option]) => [optionName(name, option), optionText(option)]));
  return [
    ...(hint ? [`Usage: ${program.name} ${line(command)} [OPTIONS]`, ""] : []),
    "Options:",
    ...options,
    ...(hint && command.examples.length > 0 ? ["", `"${program.name} ${command.name} --help" shows examples.`] : []),
  ].join("\n");
}

/** The options in the order of the table, help last. */
export const optionsOf = ({options}: Command): [string, Option][] => [...Object.entries(options), ["help", HELP]];

/** `query NAME`, `backup NAME [list]`. */
export const line = (command: Command): string => [command.name, ...command.arguments.map(placeholder)].join(" ");

function placeholder({name, values, optional, rest}: Argument): string {
  const text = `${values ? values.join("|") : name}${rest ? "…" : ""}`;
  return optional || rest ? `[${text}]` : text;
}

export const optionName = (name: string, {short, value}: Option): string =>
  `${short ? `-${short}, ` : "    "}--${name}${value ? ` ${value}` : ""}`;

export const argumentText = ({summary, values, default: value}: Argument): string =>
  describe(summary, values && values.length > 1 ? values : undefined, value);

export const optionText = ({summary, values, default: value, repeated}: Option): string =>
  `${describe(summary, values, value)}${repeated ? " (may be repeated)" : ""}`;

const describe = (summary: string, values: readonly string[] | undefined, value: string | undefined): string =>
  `${summary}${values ? `: ${values.join(", ")}` : ""}${value ? ` (default ${value})` : ""}`;

export const exampleOf = (program: Program, words: string): string =>
  // An example may begin with what feeds the command.
  words.includes("{}") ? words.replaceAll("{}", program.name) : `${program.name} ${words}`;

const columns = (
  rows: (readonly [string, string])[],
  width = Math.max(...rows.map(([name]) => name.length)),
): string[] => rows.map(([name, text]) => `  ${name.padEnd(width)}   ${text}`.trimEnd());

/** Lines of at most 100 letters. */
function wrapped(text: string): string[] {
  const lines = [""];
  for (const word of text.split(/\s+/)) {
    if (lines.at(-1)!.length + word.length >= 100) lines.push("");
    lines.push(`${lines.pop()} ${word}`.trimStart());
  }
  return lines;
}
