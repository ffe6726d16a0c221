/** Parts of ECMAScript that its types here lack: a number's text, and a value that is written as this text. */
export const {parse, rawJSON, isRawJSON} = JSON as unknown as {
  parse(text: string, reviver: (key: string, value: unknown, context: {source?: string}) => unknown): any;
  rawJSON(text: string): unknown;
  isRawJSON(value: unknown): value is {rawJSON: string};
};

/** JSON, in which a number that a float64 does not hold as it is written (an identifier of 64 bits) is kept to be written so again. */
export const parseExact = (text: string): Record<string, unknown> =>
  parse(text, (_, value, {source}) =>
    typeof value === "number" && source !== undefined && String(value) !== source ? rawJSON(source) : value,
  );

/** Whether a number may be there that JavaScript would write in other digits; wrong only in that it says so too often. */
export const mayRound = (text: string): boolean => /[\d.]{16}|\d[eE][-+\d]|\.\d*0[,}\]\s]|-0[,}\]\s]|\.0{6}/.test(text);
