import {parseArgs} from "node:util";
import {optionList, usageOf} from "./help.ts";
import {nearest} from "./nearest.ts";
import {type Command, commandsOf, HELP, type Option, type Program} from "./table.ts";

/** The command line cannot be carried out as it is written. */
export class UsageError extends Error {
  override name = "UsageError";
}

type Refuse = (problem: string) => never;

interface Parsed {
  command: Command | undefined;
  help: boolean;
  args: Record<string, string | string[] | undefined>;
  options: Record<string, string | string[] | boolean | undefined>;
}

/** Every option of the program: one name means the same, with or without a value, in each of its commands. */
const optionsOf = (program: Program): Record<string, Option> =>
  Object.assign({help: HELP}, ...commandsOf(program).map(({options}) => options));

/** The words by kind, without judging them. */
export function tokensOf(program: Program, words: string[]) {
  const options = Object.entries(optionsOf(program)).map(([name, {short, value}]) => [
    name,
    {type: value ? ("string" as const) : ("boolean" as const), ...(short ? {short} : {})},
  ]);
  return parseArgs({
    args: words,
    options: Object.fromEntries(options),
    strict: false,
    allowPositionals: true,
    tokens: true,
  }).tokens;
}

type OptionToken = Extract<ReturnType<typeof tokensOf>[number], {kind: "option"}>;

/**
 * Reads a command line by the table of commands.
 *
 * @throws UsageError that names what is wrong, the nearest right word, and the options of the command
 */
export function parse(program: Program, words: string[]): Parsed {
  const [own, verbatim] = splitVerbatim(program, words);
  const tokens = tokensOf(program, own);
  const [name, ...positionals] = tokens.flatMap((token) => (token.kind === "positional" ? [token.value] : []));
  const given = tokens.filter((token) => token.kind === "option");
  // As `help status` and `status --help`.
  const asksHelp = name === "help" || given.some((token) => token.name === "help");
  const named = name === "help" ? positionals[0] : name;
  const command = named === undefined ? undefined : commandNamed(program, named);
  if (asksHelp) return {command, help: true, args: {}, options: {}};
  if (!command) {
    if (given[0]) throw new UsageError(`"${given[0].rawName}" needs a command before it\n\n${usageOf(program)}`);
    return {command, help: false, args: {}, options: {}};
  }
  const refuse: Refuse = (problem) => {
    throw new UsageError(`${problem}\n\n${optionList(program, command)}`);
  };
  const options = optionValues(command, given, refuse);
  return {command, help: false, options, args: argumentValues(command, verbatim ?? positionals, refuse)};
}

/** The words before a verbatim command's arguments, and these. */
function splitVerbatim(program: Program, words: string[]): [string[], string[]?] {
  for (const [at, word] of words.entries()) {
    if (commandsOf(program).some(({name, verbatim}) => verbatim && name === word))
      return [words.slice(0, at + 1), words.slice(at + 1)];
  }
  return [words];
}

function commandNamed(program: Program, name: string): Command {
  const commands = commandsOf(program);
  const names = commands.filter(({hidden}) => !hidden).map((each) => each.name);
  const command = commands.find((each) => each.name === name);
  if (command) return command;
  throw new UsageError(`unknown command "${name}"${nearest(name, names)}\n\n${usageOf(program)}`);
}

function optionValues(command: Command, given: OptionToken[], refuse: Refuse): Parsed["options"] {
  const options = defaultsOf(command);
  for (const {name, rawName, value} of given) {
    const option = Object.hasOwn(command.options, name) ? command.options[name] : undefined;
    if (!option) {
      refuse(`${command.name} takes no option ${rawName}${nearest(name, Object.keys(command.options), "--")}`);
    } else if (!option.value) {
      if (value !== undefined) refuse(`${rawName} is a switch and takes no value`);
      options[name] = true;
    } else if (value === undefined) {
      refuse(`${rawName} needs a value: ${expected(option)}`);
    } else {
      checkWord(rawName, value, option, refuse);
      options[name] = option.repeated ? [...(options[name] as string[]), value] : value;
    }
  }
  return options;
}

const defaultsOf = ({options}: Command): Parsed["options"] =>
  Object.fromEntries(
    Object.entries(options).map(([name, option]) => [
      name,
      option.repeated ? [] : option.value ? option.default : false,
    ]),
  );

function argumentValues(command: Command, words: string[], refuse: Refuse): Parsed["args"] {
  const values: Parsed["args"] = {};
  const left = [...words];
  for (const argument of command.arguments) {
    if (argument.rest) {
      values[argument.name] = left.splice(0);
      continue;
    }
    const word = left.shift();
    if (word === undefined && !argument.optional)
      refuse(`${command.name} needs the argument ${argument.name}: ${argument.summary}`);
    if (word !== undefined) checkWord(argument.name, word, argument, refuse);
    values[argument.name] = word ?? argument.default;
  }
  if (left.length > 0) refuse(`${command.name} takes no argument "${left[0]}"`);
  return values;
}

function checkWord(title: string, word: string, {values}: {values?: readonly string[]}, refuse: Refuse) {
  if (values && !values.includes(word)) refuse(`${title} is "${word}": use ${listed(values)}`);
}

const expected = ({values, value}: Option) => (values ? listed(values) : value);

/** `a, b or c` */
const listed = (values: readonly string[]): string =>
  values.length < 2 ? values.join("") : `${values.slice(0, -1).join(", ")} or ${values.at(-1)}`;
