import {z} from "zod";

/** Bodies of the requests of Metabase v0.64.1 that are used, each with the fields that it knows: another is refused, though Metabase lets some pass. */

const number = z.int().min(1);
const text = z.string().min(1);
/** At least six characters, one of them a digit: what Metabase wants unless MB_PASSWORD_COMPLEXITY says otherwise. */
const password = z.string().min(6).regex(/\d/, {message: "password is too common."});
const memberships = z.array(z.strictObject({id: number}));

const parameterTypes = z.enum(["number/=", "string/="]);
const parameter = z.strictObject({
  id: text,
  type: parameterTypes,
  name: z.string().optional(),
  slug: z.string().optional(),
  sectionId: text.optional(),
  default: z.unknown().optional(),
  values_query_type: z.enum(["none", "list", "search"]).optional(),
});
const target = z.tuple([z.literal("variable"), z.tuple([z.literal("template-tag"), text])]);
const mapping = z.strictObject({parameter_id: text, target, card_id: number.optional()});

const tag = z.strictObject({
  id: z.uuid(),
  name: text,
  "display-name": text,
  type: z.enum(["number", "text", "date", "boolean"]),
  default: z.unknown().optional(),
  required: z.boolean().optional(),
});
const query = z.strictObject({
  type: z.literal("native"),
  database: number,
  native: z.strictObject({query: text, "template-tags": z.record(z.string(), tag)}),
});
const settings = z.record(z.string(), z.unknown());

const card = z.strictObject({
  name: text,
  description: text.nullish(),
  display: z.enum(["scalar", "line", "bar", "table", "pie"]),
  visualization_settings: settings,
  dataset_query: query,
  collection_id: number.nullish(),
});
const dashcard = z.strictObject({
  // A new one has a number below zero.
  id: z.int(),
  card_id: number.nullish(),
  row: z.int().min(0),
  col: z.int().min(0),
  size_x: number,
  size_y: number,
  parameter_mappings: z.array(mapping).optional(),
  visualization_settings: settings.optional(),
  series: z.array(z.strictObject({id: number})).optional(),
});
const board = z.strictObject({
  name: text,
  description: z.string().nullish(),
  parameters: z.array(parameter).nullish(),
  collection_id: number.nullish(),
});
const level = z.enum(["unrestricted", "query-builder-and-native", "query-builder", "no"]);
const graph = <T extends z.ZodType>(of: T) =>
  z.strictObject({
    revision: z.int(),
    groups: z.record(z.string().regex(/^\d+$/), z.record(z.string().regex(/^(\d+|root)$/), of)),
  });
const person = z.strictObject({
  email: z.email(),
  first_name: text.nullish(),
  last_name: text.nullish(),
  user_group_memberships: memberships.nullish(),
});

export const requests = {
  "POST /api/setup": z.strictObject({
    token: text,
    user: z.strictObject({email: z.email(), password, first_name: text.nullish(), last_name: text.nullish()}),
    prefs: z.strictObject({site_name: text, allow_tracking: z.boolean().optional()}),
  }),
  "POST /api/session": z.strictObject({username: text, password: text}),
  "POST /api/user": person,
  "PUT /api/user/:id": person.partial(),
  "PUT /api/user/:id/password": z.strictObject({password}),
  "POST /api/permissions/group": z.strictObject({name: text}),
  "PUT /api/permissions/graph": graph(z.strictObject({"view-data": level, "create-queries": level}).partial()),
  "POST /api/collection": z.strictObject({name: text, description: text.nullish()}),
  "PUT /api/collection/:id": z.strictObject({name: text, archived: z.boolean()}).partial(),
  "PUT /api/collection/graph": graph(z.enum(["write", "read", "none"])),
  "POST /api/database": z.strictObject({
    name: text,
    engine: z.enum(["postgres", "druid-jdbc"]),
    details: settings,
    is_full_sync: z.boolean(),
    is_on_demand: z.boolean(),
    auto_run_queries: z.boolean().optional(),
  }),
  "PUT /api/database/:id": z
    .strictObject({name: text, engine: z.enum(["postgres", "druid-jdbc"]), details: settings})
    .partial(),
  "POST /api/card": card,
  "PUT /api/card/:id": card.extend({archived: z.boolean()}).partial(),
  "POST /api/dashboard": board,
  "PUT /api/dashboard/:id": board
    .extend({caveats: z.string().nullish(), archived: z.boolean(), dashcards: z.array(dashcard)})
    .partial(),
};

export type Body<R extends keyof typeof requests> = z.infer<(typeof requests)[R]>;
