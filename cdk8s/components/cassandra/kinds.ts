import {kind} from "../../component.ts";

export const k8ssandraCluster = kind("k8ssandra.io/v1alpha1", "K8ssandraCluster");
/** By cass-operator, of a K8ssandraCluster. */
export const cassandraDatacenter = kind("cassandra.datastax.com/v1beta1", "CassandraDatacenter");
