import {randomUUID} from "node:crypto";
import type {IncomingMessage, ServerResponse} from "node:http";
import type {Fleet} from "./fleet.ts";
import {viewers} from "./metrics.ts";
import type {Selection} from "./selection.ts";
import type {PipelineMessage} from "./wire.ts";

const MAX_VIEWERS = 64;

interface Viewer {
  id: string;
  response: ServerResponse;
  /** The vehicle that it has selected, and the version of that vehicle's fields that it has. */
  vehicle: string | undefined;
  fields: number;
  /** The version of the fleet that it has. */
  version: number;
  /** Its connection takes no more for now; what it misses is sent at once later. */
  full: boolean;
}

/** Server-Sent Events to every open page. Without a page, no store is read. */
interface Stream {
  open(request: IncomingMessage, response: ServerResponse): void;
  publishFleet(): void;
  publishPipeline(message: PipelineMessage): void;
  /** A page has selected a vehicle, or none; false if there is no such page. */
  select(viewer: string, vehicle: string | undefined): boolean;
  /** The vehicles that pages have selected. */
  selected(): Set<string>;
  publishVehicles(): void;
  /** Resolves as soon as a page is open. */
  watched(): Promise<void>;
  /** Ends all; nobody waits any more. */
  close(): void;
}

export function createStream(fleet: Fleet, selection: Selection): Stream {
  const open = new Set<Viewer>();
  let wanted = Promise.withResolvers<void>();
  let closed = false;
  let pipeline = "";
  const event = (name: string, data: string) => `event: ${name}\ndata: ${data}\n\n`;

  function send(viewer: Viewer, text: string) {
    viewer.full = !viewer.response.write(text);
  }

  return {
    open(request, response) {
      if (open.size >= MAX_VIEWERS) {
        response.writeHead(503, {"retry-after": "30"}).end("too many open pages\n");
        return;
      }
      response.writeHead(200, {"content-type": "text/event-stream", "x-accel-buffering": "no"});
      const viewer: Viewer = {id: randomUUID(), response, vehicle: undefined, fields: -1, version: 0, full: false};
      open.add(viewer);
      viewers.set(open.size);
      response.on("drain", () => {
        viewer.full = false;
      });
      request.on("close", () => {
        open.delete(viewer);
        viewers.set(open.size);
        if (open.size === 0 && !closed) wanted = Promise.withResolvers<void>();
      });
      const {version} = fleet;
      send(viewer, `retry: 2000\n\n${event("viewer", viewer.id)}${pipeline && event("pipeline", pipeline)}`);
      send(viewer, event("fleet", JSON.stringify(fleet.since(0, Date.now()))));
      viewer.version = version;
      wanted.resolve();
    },
    publishFleet() {
      const texts = new Map<number, string>();
      for (const viewer of open) {
        if (viewer.full) continue;
        // Pages that have the same version, nearly always all of them, share one text.
        let text = texts.get(viewer.version);
        if (text === undefined) {
          text = event("fleet", JSON.stringify(fleet.since(viewer.version, Date.now())));
          texts.set(viewer.version, text);
        }
        viewer.version = fleet.version;
        send(viewer, text);
      }
    },
    publishPipeline(message) {
      pipeline = JSON.stringify(message);
      for (const viewer of open) if (!viewer.full) send(viewer, event("pipeline", pipeline));
    },
    select(id, vehicle) {
      const viewer = [...open].find((one) => one.id === id);
      if (viewer) Object.assign(viewer, {vehicle, fields: -1});
      return viewer !== undefined;
    },
    selected: () => new Set([...open].flatMap(({vehicle}) => vehicle ?? [])),
    publishVehicles() {
      for (const viewer of open) {
        if (viewer.full || viewer.vehicle === undefined) continue;
        const news = selection.since(viewer.vehicle, viewer.fields);
        if (!news) continue;
        viewer.fields = news.version;
        send(viewer, event("vehicle", JSON.stringify(news.message)));
      }
    },
    watched: () => wanted.promise,
    close() {
      closed = true;
      wanted.resolve();
      for (const {response} of open) response.end();
    },
  };
}
