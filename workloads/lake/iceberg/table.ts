import {randomBytes, randomUUID} from "node:crypto";
import {backoffMs, sleep} from "../../../api/backoff.ts";
import {type Catalogue, isConflict, isUnknown, type LoadedTable, type TableId} from "./catalogue.ts";
import {type Change, manifestsAfter, snapshotOf} from "./change.ts";
import type {Long} from "./json.ts";
import {mayHave, readManifest, readManifestList, writeManifestList} from "./manifest.ts";
import type {Objects} from "./objects.ts";
import {createTurn} from "./turn.ts";
import {headOf, type LiveFile, type ManifestFile, type Requirement, type TableMetadata, type Update} from "./types.ts";

/** A table as it was at one moment. */
export interface Head extends LoadedTable {
  manifests: ManifestFile[];
}

type Turn = ReturnType<typeof createTurn>;

/** Days since 1970, the first and the last. */
interface Days {
  from: number;
  to: number;
}

/** What one commit does; a change of files makes a snapshot. */
export interface Commit {
  change?: Change;
  /** Changes of the table beside it, as the REST catalogue takes them: `set-properties`, `remove-snapshots`, `set-snapshot-ref` … */
  updates?: Update[];
}

/** An Iceberg table (format version 2) that is changed by commits of ours, and by those of others. */
export interface Table {
  load(): Promise<Head>;
  /** The data files of a moment; of some days only, where the table is partitioned by days. */
  files(head: Head, days?: Days): Promise<LiveFile[]>;
  /**
   * Commits. A commit of somebody else that came first is no failure: it is made again on what that one has left, and after a few the others are
   * asked to wait. One whose answer is lost is looked for before it is made again.
   *
   * @param plan of the table as it is before each try; what it throws ends the commit
   * @param snapshotId by which a commit is known that may have been made before: it is not made twice
   */
  commit(plan: Commit | ((head: Head) => Commit | Promise<Commit>), snapshotId?: Long): Promise<Head>;
}

/** Answers that are lost, of which so many end a commit: a catalogue that is away is to be heard of. */
const LOST_ANSWERS = 12;
/** Whoever came first did commit: the table gets on, and so there is a long time for the commit that has to be made again. */
const CONFLICTS_MS = 300_000;
const PAUSE = {baseMs: 50, maxMs: 2_000};
/** Between two commits of others there is little time: whoever waits long misses it. */
const CONFLICT_PAUSE = {baseMs: 20, maxMs: 250};
/** After so many that came first, they are asked to wait. */
const PATIENCE = 5;
/** Manifests never change. Those of the files that a writer looks at are few. */
const MOST_KEPT = 400;

/** For a snapshot. */
export const newId = (): number => Number(randomBytes(8).readBigUInt64LE() & 0x1f_ff_ff_ff_ff_ff_ffn);

export function openTable(catalogue: Catalogue, objects: Objects, id: TableId): Table {
  const kept = new Map<string, LiveFile[]>();

  async function read(manifest: ManifestFile): Promise<LiveFile[]> {
    const found = kept.get(manifest.path) ?? readManifest(await objects.read(manifest.path), manifest);
    kept.delete(manifest.path);
    kept.set(manifest.path, found);
    if (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value!);
    return found;
  }

  async function headFrom(loaded: LoadedTable): Promise<Head> {
    const version = loaded.metadata["format-version"];
    if (version !== 2) throw new Error(`table ${id.namespace}.${id.name} has format version ${version}, not 2`);
    const snapshot = headOf(loaded.metadata);
    const manifests = snapshot ? readManifestList(await objects.read(snapshot["manifest-list"])) : [];
    return {...loaded, manifests};
  }

  const load = async () => headFrom(await catalogue.loadTable(id));

  async function files({manifests}: Head, days?: Days): Promise<LiveFile[]> {
    const found: LiveFile[] = [];
    for (const manifest of manifests) {
      if (manifest.content !== 0 || (days && !mayHave(manifest, "date", days.from, days.to))) continue;
      for (const file of await read(manifest)) if (!days || isWithin(file, days)) found.push(file);
    }
    return found;
  }

  /** One try: the table after it, or why another is due. */
  async function attempt(head: Head, {change, updates = []}: Commit, snapshotId: Long): Promise<LoadedTable | Error> {
    const snapshot = change && (await written(objects, head, change, snapshotId, read));
    const all = [...updates, ...(snapshot ? addition(snapshot) : [])];
    try {
      return await catalogue.commit(id, requirementsOf(head.metadata), all);
    } catch (error) {
      if (isConflict(error) || isUnknown(error)) return error as Error;
      throw error;
    }
  }

  /** Has the others wait. One that comes first once more is no failure: it is asked for again. */
  async function askFor(turn: Turn, {"table-uuid": uuid}: TableMetadata): Promise<void> {
    await catalogue.commit(id, [{type: "assert-table-uuid", uuid}], [turn.ask()]).catch((error) => {
      if (!isConflict(error) && !isUnknown(error)) throw error;
    });
  }

  return {
    load,
    files,
    async commit(plan, snapshotId = newId()) {
      const deadline = Date.now() + CONFLICTS_MS;
      const turn = createTurn();
      for (let [lost, conflicts] = [0, 0]; ; ) {
        const loaded = await catalogue.loadTable(id);
        if (hasSnapshot(loaded.metadata, snapshotId)) return headFrom(loaded);
        const waitMs = turn.waitMs(loaded.metadata);
        if (waitMs > 0 && Date.now() < deadline) {
          await sleep(waitMs);
          continue;
        }
        const head = await headFrom(loaded);
        const commit = typeof plan === "function" ? await plan(head) : plan;
        if (!commit.change && (commit.updates ?? []).length === 0) return head;
        const updates = [...(commit.updates ?? []), ...turn.giveBack(head.metadata)];
        const outcome = await attempt(head, {...commit, updates}, snapshotId);
        if (!(outcome instanceof Error)) return headFrom(outcome);
        const pause = isConflict(outcome) ? backoffMs(conflicts++, CONFLICT_PAUSE) : backoffMs(lost++, PAUSE);
        if (lost >= LOST_ANSWERS || Date.now() > deadline) throw outcome;
        if (isConflict(outcome) && conflicts % PATIENCE === 0) await askFor(turn, head.metadata);
        else await sleep(pause);
      }
    },
  };
}

function isWithin({partition}: LiveFile, {from, to}: Days): boolean {
  const [day] = Object.values(partition);
  return day === null || day === undefined || (day >= from && day <= to);
}

const hasSnapshot = ({snapshots = []}: TableMetadata, id: Long) => snapshots.some((one) => one["snapshot-id"] === id);

async function written(
  objects: Objects,
  {metadata, manifests}: Head,
  change: Change,
  snapshotId: Long,
  read: (manifest: ManifestFile) => Promise<LiveFile[]>,
) {
  const sequence = metadata["last-sequence-number"] + 1;
  const numbers = {snapshotId, sequence};
  const after = await manifestsAfter({metadata, manifests, read}, change, numbers);
  const list = `${metadata.location}/metadata/snap-${snapshotId}-${randomUUID()}.avro`;
  const parentId = headOf(metadata)?.["snapshot-id"];
  const objectsOfIt = [...after.written, {path: list, bytes: writeManifestList(after.all, {...numbers, parentId})}];
  await Promise.all(objectsOfIt.map(({path, bytes}) => objects.write(path, bytes)));
  return snapshotOf(metadata, change, after, numbers, list);
}

const addition = (snapshot: ReturnType<typeof snapshotOf>): Update[] => [
  {action: "add-snapshot", snapshot},
  {action: "set-snapshot-ref", "ref-name": "main", type: "branch", "snapshot-id": snapshot["snapshot-id"]},
];

/** That nothing has happened since, of what a commit goes by. */
const requirementsOf = (metadata: TableMetadata): Requirement[] => [
  {type: "assert-table-uuid", uuid: metadata["table-uuid"]},
  {type: "assert-ref-snapshot-id", ref: "main", "snapshot-id": headOf(metadata)?.["snapshot-id"] ?? null},
  {type: "assert-current-schema-id", "current-schema-id": metadata["current-schema-id"]},
  {type: "assert-default-spec-id", "default-spec-id": metadata["default-spec-id"]},
];
