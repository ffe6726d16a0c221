/** A server's own words about a request that it does not take. */
export class Refusal extends Error {
  /** Of HTTP. */
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** @param statuses default: any */
export const isRefusal = (error: unknown, ...statuses: number[]): error is Refusal =>
  error instanceof Refusal && (statuses.length === 0 || statuses.includes(error.status));
