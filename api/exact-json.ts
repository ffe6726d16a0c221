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

const [ZERO, NINE, DOT, PLUS, MINUS] = [48, 57, 46, 43, 45];
/** As many digits a double has for sure, and less than its exponent needs. */
const [SURE_DIGITS, SURE_ZEROS] = [15, 6];
/** What can follow a number: a comma, a bracket, a space or the end of a line. An E makes an exponent. */
const ENDS = new Set([44, 93, 125, 32, 10, 13, 9]);
const EXPONENTS = new Set([69, 101]);

/** Whether a number may be there that JavaScript would write in other digits. Texts are looked at too, which at worst costs time. */
export function mayRound(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < ZERO || code > NINE) continue;
    const from = text.charCodeAt(at - 1) === MINUS ? at - 1 : at;
    let [digits, places, zeros] = [0, -1, 0];
    let doubtful = false;
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code >= ZERO && code <= NINE) {
        digits++;
        if (places >= 0) places++;
        zeros = code === ZERO ? zeros + 1 : 0;
        if (places >= SURE_ZEROS && zeros === places) doubtful = true;
      } else if (code === DOT && places < 0) [places, zeros] = [0, 0];
      else if (EXPONENTS.has(code) || (doubtful && (code === PLUS || code === MINUS))) doubtful = true;
      else break;
    }
    // 1.50 and -0 are written as 1.5 and 0.
    const endsInZero = zeros > 0 && (places > 0 || (digits === 1 && text.charCodeAt(from) === MINUS));
    if (endsInZero && ENDS.has(text.charCodeAt(at))) return true;
    if (doubtful || digits > SURE_DIGITS) {
      const number = text.slice(from, at);
      if (String(Number(number)) !== number) return true;
    }
  }
  return false;
}
