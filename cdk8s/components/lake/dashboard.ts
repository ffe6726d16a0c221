import {type Board, figure, graph, of, prometheusVariables, rate} from "../../dashboards/kit.ts";

const disk = (type: string): string => `sum(${of("SeaweedFS_volumeServer_resource", `type="${type}"`)})`;

/** Of the table of events; each ingester says the same, the one that asked last what is true now. */
const newest = (figure: string): string => `max(${of(`telemetry_lake_${figure}`)})`;
const since = (event: string): string => `time() - ${newest(`${event}_timestamp_seconds`)}`;

export const lake: Board = {
  key: "lake",
  title: "Lake",
  description: "Lake: the table of events, SeaweedFS, its buckets and disks.",
  alerts: true,
  variables: prometheusVariables(),
  rows: [
    [
      "Now",
      [
        figure("Servers", "short", "Pods of SeaweedFS that answer.", [
          `sum(${of("up", 'component="lake"')})`,
          "servers",
        ]),
        figure("Stored", "bytes", "Size of all files, each counted once.", [
          `sum(max by (bucket) (${of("SeaweedFS_s3_bucket_size_bytes")}))`,
          "size",
        ]),
        figure("Objects", "short", "Objects of all buckets.", [
          `sum(max by (bucket) (${of("SeaweedFS_s3_bucket_object_count")}))`,
          "files",
        ]),
        figure(
          "Disk, share in use",
          "percentunit",
          "Of the disks that hold the data. At 0.98 writes are refused.",
          [`1 - ${disk("avail")} / ${disk("all")}`, "in use"],
          [0.8, 0.95],
        ),
        figure(
          "Volumes without room",
          "short",
          "Volumes of SeaweedFS that take no more files because their disk is full.",
          [`sum(${of("SeaweedFS_volumeServer_read_only_volumes", 'type="isDiskSpaceLow"')})`, "volumes"],
          [1, 1],
        ),
      ],
    ],
    [
      "Events",
      [
        figure("Rows", "short", "Rows of the newest snapshot.", [newest("rows"), "rows"]),
        figure("Files", "short", "Data files of the newest snapshot.", [newest("files"), "files"]),
        figure("Size of the files", "bytes", "When maintenance last ran.", [newest("bytes"), "size"]),
        figure("Snapshots", "short", "Moments to which the table can be restored.", [newest("snapshots"), "snapshots"]),
        figure(
          "Since the last commit",
          "s",
          "Rows of after it wait in the ingester.",
          [since("committed"), "commit"],
          [300, 900],
        ),
        figure(
          "Since the last maintenance",
          "s",
          "It runs every hour.",
          [since("maintained"), "maintenance"],
          [2 * 3_600, 3 * 3_600],
        ),
        graph(
          "Files, rows for each",
          "short",
          "Compaction brings them together: few rows in a file make queries slow.",
          [`${newest("rows")} / ${newest("files")}`, "rows for each file"],
        ),
        graph(
          "Files and snapshots",
          "short",
          "Of the table of events.",
          [newest("files"), "files"],
          [newest("snapshots"), "snapshots"],
        ),
        graph(
          "Since commit and compaction",
          "s",
          "A commit makes rows readable; a compaction makes few files of many.",
          [since("committed"), "commit"],
          [since("compacted"), "compaction"],
        ),
      ],
    ],
    [
      "Load",
      [
        graph("Requests", "ops", "Requests a second by kind.", [
          `sum by (type) (${rate("SeaweedFS_s3_request_total")})`,
          "{{type}}",
        ]),
        graph("Refused and failed requests", "ops", "Requests a second by the answer's code.", [
          `sum by (code) (${rate("SeaweedFS_s3_request_total", 'code=~"[45].."')}) or vector(0)`,
          "{{code}}",
        ]),
        graph("Time of a request", "s", "Average time of a request by kind.", [
          `sum by (type) (${rate("SeaweedFS_s3_request_seconds_sum")}) / sum by (type) (${rate("SeaweedFS_s3_request_seconds_count")})`,
          "{{type}}",
        ]),
        graph(
          "Traffic",
          "Bps",
          "Bytes a second of objects.",
          [`sum(${rate("SeaweedFS_s3_bucket_traffic_received_bytes_total")})`, "received"],
          [`sum(${rate("SeaweedFS_s3_bucket_traffic_sent_bytes_total")})`, "sent"],
        ),
      ],
    ],
    [
      "Storage",
      [
        graph("Size by bucket", "bytes", "The tables are in the bucket warehouse.", [
          `max by (bucket) (${of("SeaweedFS_s3_bucket_size_bytes")})`,
          "{{bucket}}",
        ]),
        graph("Files by bucket", "short", "Many small files slow queries down.", [
          `max by (bucket) (${of("SeaweedFS_s3_bucket_object_count")})`,
          "{{bucket}}",
        ]),
        graph("Deleted and not yet reclaimed", "bytes", "Bytes of deleted files that are still on the disks.", [
          `sum(${of("SeaweedFS_volumeServer_total_disk_size", 'type="deleted_bytes"')})`,
          "deleted",
        ]),
        graph("Disk errors", "ops", "Reads and writes of a disk that fail, a second.", [
          `sum(${rate("SeaweedFS_volumeServer_storage_io_error_total")})`,
          "errors",
        ]),
        graph("Memory", "bytes", "Resident memory of each server.", [
          of("process_resident_memory_bytes", 'component="lake"'),
          "{{pod}}",
        ]),
      ],
    ],
  ],
};
