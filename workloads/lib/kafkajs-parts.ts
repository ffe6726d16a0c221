import type {Kafka} from "kafkajs";

/** A private part of a client of kafkajs, by its name there. */
export function partOf(kafka: Kafka, name: string): any {
  const parts = kafka as unknown as Record<symbol, unknown>;
  return parts[Object.getOwnPropertySymbols(parts).find(({description}) => description === `private:Kafka:${name}`)!];
}
