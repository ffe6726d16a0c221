/** A duration as SQL writes it: the planner refuses seconds of many digits. */
export const interval = (seconds: number): string => {
  const clock = new Date((seconds % 86_400) * 1_000).toISOString().slice(11, 19);
  return `INTERVAL '${Math.floor(seconds / 86_400)} ${clock}' DAY TO SECOND`;
};

export const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;
