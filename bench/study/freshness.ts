import {setTimeout as sleep} from "node:timers/promises";
import kafkajs from "kafkajs";
import {eventText} from "../../workloads/telemetry.ts";
import {type Program, start} from "../peers/process.ts";
import {quantile} from "../peers/report.ts";
import {environment} from "../peers/servers.ts";

export interface Freshness {
  /** s */
  p50: number;
  max: number;
  times: number;
}

interface Watched {
  topic: string;
  /** What writes, from that topic. */
  programs: Program[];
  /** Whether a question that the store answers has an event of this vehicle. */
  has: (vehicle: string, since: Date) => Promise<boolean>;
  times: number;
  /** Of the vehicles that send; another where the store has had some before. */
  prefix?: string;
}

const LIMIT_MS = 180_000;
const LOOK_MS = 10;
/** Between two events: nothing else is sent meanwhile. */
const PAUSE_MS = 1_000;
const PLACE = {latitude: 48.1, longitude: 11.5, speed: 50, temperature: 20, humidity: 50};

/** Seconds from sending one event, while nothing else comes, until a question has it; the first, in which programs start, is not counted. */
export async function freshness({topic, programs, has, times, prefix = "fresh"}: Watched): Promise<Freshness> {
  const kafka = new kafkajs.Kafka({brokers: [environment.KAFKA_BROKERS], logLevel: kafkajs.logLevel.NOTHING});
  const producer = kafka.producer({createPartitioner: kafkajs.Partitioners.DefaultPartitioner});
  const running = programs.map(start);
  const delays: number[] = [];
  try {
    await producer.connect();
    for (let time = 0; time <= times; time++) {
      const vehicle = `${prefix}-${String(time).padStart(3, "0")}`;
      const ts = new Date();
      const began = performance.now();
      await producer.send({topic, messages: [{key: vehicle, value: eventText({vehicle_id: vehicle, ts, ...PLACE})}]});
      while (!(await has(vehicle, ts))) {
        for (const program of running) program.check();
        if (performance.now() - began > LIMIT_MS)
          throw new Error(`an event of ${topic} cannot be read in ${LIMIT_MS} ms`);
        await sleep(LOOK_MS);
      }
      if (time > 0) delays.push((performance.now() - began) / 1_000);
      await sleep(PAUSE_MS * (0.5 + Math.random()));
    }
  } finally {
    await producer.disconnect();
    await Promise.all(running.map((program) => program.stop()));
  }
  return {p50: quantile(delays, 0.5), max: Math.max(...delays), times};
}
