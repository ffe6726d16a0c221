/** Environment variables, with an error that names the one that is missing or wrong. */
export function text(name: string, fallback?: string): string {
  const value = process.env[name] || fallback;
  if (value === undefined) throw new Error(`environment variable ${name} is not set`);
  return value;
}

export function number(name: string, fallback?: number): number {
  const raw = text(name, fallback?.toString());
  const value = Number(raw);
  if (!Number.isFinite(value) || value < 0)
    throw new Error(`environment variable ${name} is "${raw}", not a number ≥ 0`);
  return value;
}

/** A temperature, which may be below zero. */
export function celsius(name: string): number {
  const raw = text(name);
  if (Number.isFinite(Number(raw))) return Number(raw);
  throw new Error(`environment variable ${name} is "${raw}", not a temperature in °C`);
}
