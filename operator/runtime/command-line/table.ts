/** Offers completions of a value; `given` holds the options that are on the command line so far. */
export type Completer = "file" | ((given: Record<string, unknown>) => Promise<readonly string[]>);

/** An option of a command; one without `value` is a switch. */
export interface Option {
  summary: string;
  /** One letter: `-n`. */
  short?: string;
  /** The placeholder of its value in the usage: `FILE`. */
  value?: string;
  /** The values that are allowed; any by default. */
  values?: readonly string[];
  default?: string;
  /** May be given several times. */
  repeated?: true;
  complete?: Completer;
}

/** An argument of a command, by its position. */
export interface Argument {
  /** The placeholder in the usage: `NAME`. */
  name: string;
  summary: string;
  optional?: true;
  values?: readonly string[];
  /** The value of an argument that is left out. */
  default?: string;
  /** Takes all words that are left. */
  rest?: true;
  complete?: Completer;
}

/** A command as the parser, the help, the completion and the reference page see it. */
export interface Command {
  name: string;
  /** One line, imperative, without a period. */
  summary: string;
  /** Notes for the user, in full sentences. */
  details?: string;
  arguments: readonly Argument[];
  options: Readonly<Record<string, Option>>;
  /** Each with its purpose, without the program's name. */
  examples: readonly (readonly [purpose: string, words: string])[];
  /** Every word behind the command's name is an argument, options as well. */
  verbatim?: true;
  /** Left out of usage and reference. */
  hidden?: true;
  /** Returns the exit code. */
  run(args: any, options: any): Promise<number>;
}

export interface Program {
  name: string;
  summary: string;
  groups: readonly {title: string; commands: readonly Command[]}[];
}

type Word<T extends {values?: readonly string[]}> = T["values"] extends readonly (infer V)[] ? V : string;
type Maybe<T, Always> = Always extends true ? T : T | undefined;

type ArgumentValues<A extends readonly Argument[]> = {
  [T in A[number] as T["name"]]: T extends {rest: true}
    ? string[]
    : Maybe<Word<T>, T extends {optional: true} ? (T extends {default: string} ? true : false) : true>;
};
type OptionValues<O extends Record<string, Option>> = {
  [K in keyof O]: O[K] extends {value: string}
    ? O[K] extends {repeated: true}
      ? string[]
      : Maybe<Word<O[K]>, O[K] extends {default: string} ? true : false>
    : boolean;
};

/** A command whose `run` gets its arguments and options typed by their declaration. */
export function command<const A extends readonly Argument[], const O extends Record<string, Option>>(
  declared: Omit<Command, "arguments" | "options" | "run"> & {
    arguments: A;
    options: O;
    run(args: ArgumentValues<A>, options: OptionValues<O>): Promise<number>;
  },
): Command {
  return declared;
}

/** The option that every command has. */
export const HELP: Option = {short: "h", summary: "Show this help"};

export const commandsOf = ({groups}: Program): Command[] => groups.flatMap(({commands}) => commands);
