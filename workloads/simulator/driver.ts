export interface Point {
  latitude: number;
  longitude: number;
}

/** Where a vehicle is, and how it gets on. */
export interface Driver extends Point {
  /** km/h */
  speed: number;
  isOpen: boolean;
  /** Moves on by `seconds` to `time`, in ms since the epoch; `pass` hears of each stretch with open or closed doors. */
  move(seconds: number, time: number, pass: Pass): void;
}

export type Pass = (seconds: number, isOpen: boolean) => void;

export const KM_PER_DEGREE = 111.32;

export const between = ([low, high]: [number, number], share: number): number => low + share * (high - low);
/** Of the day, in UTC. */
export const hourOf = (time: number): number => (time / 3_600_000) % 24;
export const isRush = (hour: number): boolean => (hour >= 7 && hour < 9) || (hour >= 16 && hour < 18);
