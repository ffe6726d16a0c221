import {FLAG_COLUMN, FLAG_NAMES, FLAGS, POSITION_BITS} from "./quality.ts";

/** Whether a row's position is one that maps and windows show. */
export const UNDOUBTED = `(${FLAG_COLUMN} IS NULL OR ${FLAG_COLUMN} & ${POSITION_BITS} = 0)`;

/** The names of a row's flags with blanks between them; NULL if it has none. */
export const FLAGS_SQL = `nullif(concat_ws(' ', ${FLAG_NAMES.map(
  (name) => `CASE WHEN ${FLAG_COLUMN} & ${FLAGS[name].bit} > 0 THEN '${name}' END`,
)}), '')`;
