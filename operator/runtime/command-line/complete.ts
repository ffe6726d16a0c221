import {optionsOf} from "./help.ts";
import {tokensOf} from "./parse.ts";
import {type Command, type Completer, commandsOf, type Option, type Program} from "./table.ts";

interface Completions {
  /** Each with a description, which may be empty. */
  words: [word: string, description: string][];
  /** Whether the shell is to offer its files. */
  files: boolean;
}

const NOTHING: Completions = {words: [], files: false};

/** The completions of the last of these words. */
export async function complete(program: Program, words: readonly string[]): Promise<Completions> {
  // bash takes --store=x apart at the equals sign.
  const [before, word] = [words.slice(0, -1).filter((each) => each !== "="), words.at(-1) ?? ""];
  if (word === "=") return complete(program, [...before, ""]);
  const tokens = tokensOf(program, before);
  const [name, ...positionals] = tokens.flatMap((token) => (token.kind === "positional" ? [token.value] : []));
  const command = commandsOf(program).find((each) => each.name === name);
  const given = Object.fromEntries(
    tokens.flatMap((token) => (token.kind === "option" ? [[token.name, token.value ?? true]] : [])),
  );
  const open = tokens.findLast((token) => token.kind === "option");
  const waiting = open && open.index === before.length - 1 && open.value === undefined ? open.name : undefined;
  const option = waiting === undefined ? undefined : optionNamed(program, command, waiting);
  if (option?.value) return starting(await valuesOf(option, given), word);
  if (word.startsWith("--") && word.includes("=")) {
    const [flag, start] = [word.slice(2, word.indexOf("=")), word.slice(word.indexOf("=") + 1)];
    const {words: found, files} = starting(await valuesOf(optionNamed(program, command, flag) ?? {}, given), start);
    return {files, words: found.map(([value, text]) => [`--${flag}=${value}`, text])};
  }
  if (!command) return name === undefined ? starting(commandWords(program), word) : NOTHING;
  if (word.startsWith("-")) return starting(optionWords(command, given), word);
  const argument = command.arguments[positionals.length] ?? command.arguments.find(({rest}) => rest);
  return argument ? starting(await valuesOf(argument, given), word) : NOTHING;
}

/** The lines that kubectl and the scripts of shell.ts read: words, and at the end 4 for "no files" or 0. */
export const completionLines = ({words, files}: Completions): string =>
  [...words.map((row) => row.filter(Boolean).join("\t")), files ? ":0" : ":4"].join("\n");

const optionNamed = (program: Program, command: Command | undefined, name: string): Option | undefined =>
  (command ? [command] : commandsOf(program)).map(({options}) => options[name]).find((option) => option !== undefined);

const commandWords = (program: Program): Completions => ({
  words: commandsOf(program).flatMap(({name, summary, hidden}) => (hidden ? [] : [[name, summary]])),
  files: false,
});

const optionWords = (command: Command, given: Record<string, unknown>): Completions => ({
  words: optionsOf(command).flatMap(([name, {summary, repeated}]) =>
    name in given && !repeated ? [] : [[`--${name}`, summary]],
  ),
  files: false,
});

async function valuesOf(
  {values, complete: source}: {values?: readonly string[]; complete?: Completer},
  given: Record<string, unknown>,
): Promise<Completions> {
  if (source === "file") return {words: [], files: true};
  // Nothing is offered when the source fails, such as without a cluster.
  const found = values ?? (source ? await source(given).catch(() => []) : []);
  return {words: found.map((value) => [value, ""]), files: false};
}

const starting = ({words, files}: Completions, start: string): Completions => ({
  words: words.filter(([word]) => word.startsWith(start)),
  files,
});
