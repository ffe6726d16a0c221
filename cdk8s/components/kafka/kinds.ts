import {kind} from "../../component.ts";
import {STRIMZI_API} from "./pools.ts";

export const kafkaCluster = kind(STRIMZI_API, "Kafka");
export const kafkaNodePool = kind(STRIMZI_API, "KafkaNodePool");
export const kafkaTopic = kind(STRIMZI_API, "KafkaTopic");
export const kafkaUser = kind(STRIMZI_API, "KafkaUser");
