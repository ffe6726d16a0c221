import {z} from "zod";

/** What is read of Metabase's answers, as v0.64.1 gives them; they have more. */

const numbered = z.looseObject({id: z.number()});
/** Who saved it last. Absent of what nobody has saved since Metabase keeps a history. */
const lastEdit = z.looseObject({id: z.number()}).nullish();
const kept = numbered.extend({
  name: z.string(),
  archived: z.boolean(),
  collection_id: z.number().nullable(),
  creator_id: z.number(),
  "last-edit-info": lastEdit,
});

export const answers = {
  nothing: z.unknown(),
  numbered,
  health: z.looseObject({status: z.literal("ok")}),
  session: z.looseObject({id: z.string()}),
  properties: z.looseObject({"has-user-setup": z.boolean(), "setup-token": z.string().nullish()}),
  users: z.looseObject({
    data: z.array(
      numbered.extend({email: z.string(), is_active: z.boolean(), group_ids: z.array(z.number()).nullish()}),
    ),
  }),
  groups: z.array(numbered.extend({name: z.string(), magic_group_type: z.string().nullish()})),
  /** By group and database. What a group may not do is left out. */
  rights: z.looseObject({
    revision: z.number(),
    groups: z.record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown()))),
  }),
  /** By group and collection: `read`, `write` or `none`. */
  collectionRights: z.looseObject({
    revision: z.number(),
    groups: z.record(z.string(), z.record(z.string(), z.string())),
  }),
  /** The root is among them, with `root` for its number. */
  collections: z.array(z.looseObject({id: z.union([z.number(), z.string()]), name: z.string()})),
  databases: z.looseObject({
    data: z.array(numbered.extend({name: z.string(), engine: z.string(), creator_id: z.number().nullish()})),
  }),
  cards: z.array(kept.extend({visualization_settings: z.unknown(), dataset_query: z.unknown()})),
  dashboards: z.array(kept.extend({caveats: z.string().nullish()})),
  dashboard: z.looseObject({dashcards: z.array(numbered.extend({card_id: z.number().nullish()}))}),
};

/** A question or a dashboard. */
export type Kept = z.infer<typeof kept>;
