import {type Logger as PinoLogger, pino} from "pino";

export type Logger = PinoLogger;

/** JSON lines on stdout with ISO times; level from LOG_LEVEL (default info). */
export const createLogger = (name: string): Logger =>
  pino({name, level: process.env.LOG_LEVEL ?? "info", timestamp: pino.stdTimeFunctions.isoTime, base: {}});
