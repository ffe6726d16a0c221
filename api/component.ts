import type {z} from "zod";
import type {CelRule} from "./fields.ts";

/** `T`, of which any field may be missing, at any depth. */
type Parts<T> = T extends readonly unknown[] ? T : T extends object ? {[K in keyof T]?: Parts<T[K]> | undefined} : T;

/** The type of a value's kind: that of 1 is number. */
type Widened<T> = T extends string
  ? string
  : T extends number
    ? number
    : T extends boolean
      ? boolean
      : {-readonly [K in keyof T]: Widened<T[K]>};

/** A part of the spec with its defaults filled in: a field that has a default is always there. */
type Overlay<Spec, Defaults> = string extends keyof Spec
  ? Spec
  : Defaults extends object
    ? Omit<Spec, keyof Defaults> & {
        -readonly [K in keyof Defaults]: K extends keyof Spec
          ? Overlay<NonNullable<Spec[K]>, Defaults[K]>
          : Widened<Defaults[K]>;
      }
    : Spec;

export const PROFILES = ["Dev", "Small", "Production"] as const;
export type Profile = (typeof PROFILES)[number];

export interface Component<S extends z.ZodType = z.ZodType, Resolved = object> {
  /** The component's part of the spec. */
  schema: S;
  /** The defaults of fields that the spec leaves out, and values that no field can change, such as sizes of containers. */
  defaults: Record<Profile, Resolved>;
  /** Rules of the whole spec. */
  rules?: CelRule[];
}

/** The type of a component's part of a resolved spec. */
export type ResolvedPart<C extends Component> = C["defaults"]["Dev"];

/** A component's part of the spec. Small takes from Dev what it does not name itself, and Production from Small. */
export function component<S extends z.ZodType, const D extends Parts<z.output<S>> & object>(
  schema: S,
  dev: D,
  small: Parts<Overlay<z.output<S>, NoInfer<D>>> & object = {} as never,
  production: Parts<Overlay<z.output<S>, NoInfer<D>>> & object = {} as never,
): Component<S, Overlay<z.output<S>, D>> {
  const Dev = dev as Overlay<z.output<S>, D>;
  const Small = overlay(Dev, small);
  return {schema, defaults: {Dev, Small, Production: overlay(Small, production)}};
}

/** `base` with the defined fields of `over`, deep. */
export function overlay<T>(base: T, over: object): T {
  const result = {...base} as Record<string, unknown>;
  for (const [key, value] of Object.entries(over)) {
    if (value === undefined || value === null) continue;
    const below = result[key];
    result[key] = typeof value === "object" && typeof below === "object" ? overlay(below, value) : value;
  }
  return result as T;
}
