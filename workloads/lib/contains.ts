/** Whether what a server has contains what is wanted; it adds defaults of its own. */
export function contains(has: any, wanted: any): boolean {
  if (Array.isArray(wanted))
    return Array.isArray(has) && has.length === wanted.length && wanted.every((each, at) => contains(has[at], each));
  if (typeof wanted === "object" && wanted !== null)
    return (
      typeof has === "object" &&
      has !== null &&
      Object.entries(wanted).every(([key, value]) => contains(has[key], value))
    );
  return has === wanted;
}
