import {type Case, database, everyNine, fresh, lag, own, restarts, rows, store} from "../series.ts";

const of = (partition: number, figure: string, values: string) =>
  own(`telemetry_ingester_partition_${figure}`, `${store},partition="${partition}"`, values);
const expired = (partition: number, values: string) =>
  own("telemetry_ingester_expired_total", `${store},partition="${partition}"`, values);
const expiredAt = (partition: number, values: string) =>
  own("telemetry_ingester_expired_timestamp_seconds", `${store},partition="${partition}"`, values);
const rowsTotal = own("telemetry_ingester_rows_total", store, "0+600x30");
const other = (metric: string, values: string) => ({
  series: `${metric}{namespace="default",pipeline="other",store="cassandra"}`,
  values,
});
const condition = (type: string, values: string) => ({
  series: `kube_persistentvolumeclaim_status_condition{namespace="default",persistentvolumeclaim="data-fleet-timescaledb-0",condition="${type}",status="true"}`,
  values,
});
const bucket = (le: string, values: string) =>
  own("telemetry_ingester_write_seconds_bucket", `${store},le="${le}"`, values);
const volume = (metric: string, values: string) => ({
  series: `kubelet_volume_stats_${metric}_bytes{namespace="default",persistentvolumeclaim="data-fleet-timescaledb-0"}`,
  values,
});

/** Alerts on a pipeline's events, vehicles, pods and volumes. */
export const pipelineCases: Record<string, Case> = {
  TelemetryStoreStale: {
    at: 10,
    fires: [fresh("0+60x15"), lag("0x15")],
    quiet: [fresh("90x15"), lag("100x15"), other("telemetry_ingester_freshness_seconds", "900x15")],
  },
  TelemetryConsumerStuck: {at: 15, fires: [rows("500x20"), lag("10x20")], quiet: [rows("0+600x20"), lag("10x20")]},
  TelemetryLagGrowing: {
    at: 25,
    // A hundred rows a second, 35,000 events behind: nearly six minutes of data.
    fires: [rows("0+6000x30"), lag("10000+1000x30")],
    quiet: [rows("0+6000x30"), lag("40000-1000x30")],
  },
  // Long ago, and just now: by the time of the test, which begins at 0.
  TelemetryEventsExpired: {
    at: 120,
    fires: [expired(0, "0x60 390x70"), expiredAt(0, "_x60 6000x70")],
    quiet: [expired(0, "390x130"), expiredAt(0, "600x130"), expired(1, "0x130")],
  },
  TelemetryHeldBack: {
    at: 5,
    fires: [of(0, "held_back", "0x10"), of(1, "held_back", "1000x10"), lag("1000x10")],
    quiet: [of(0, "held_back", "0x10"), lag("1000x10"), own("telemetry_ingester_held_back", store, "40x10")],
  },
  // One of two stands still; the quiet one is held back by a transaction, or moves now and then.
  TelemetryPartitionStuck: {
    at: 8,
    fires: [of(0, "lag", "0x5 10+10x10"), of(0, "committed", "500x20"), of(1, "committed", "0+600x20"), rowsTotal],
    quiet: [
      of(0, "lag", "0x5 10+10x10"),
      of(0, "committed", "500x20"),
      of(0, "held_back", "10x20"),
      of(1, "lag", "10x20"),
      of(1, "committed", "0+1x20"),
      rowsTotal,
    ],
  },
  TelemetryClockAhead: {
    at: 15,
    fires: [own("telemetry_ingester_clock_ahead_seconds", store, "82800x20")],
    quiet: [own("telemetry_ingester_clock_ahead_seconds", store, "600x20")],
  },
  TelemetryWritesSlow: {
    at: 20,
    fires: [bucket("1", "0x30"), bucket("5", "0x30"), bucket("30", "0+10x30"), bucket("+Inf", "0+10x30")],
    quiet: [bucket("1", "0+10x30"), bucket("5", "0+10x30"), bucket("30", "0+10x30"), bucket("+Inf", "0+10x30")],
  },
  TelemetryDeadLetters: {
    at: 5,
    fires: [own("telemetry_ingester_dead_letters_total", store, "0 0 9 9 9 9"), rows("0+60x5")],
    // Nine of ten thousand.
    quiet: [own("telemetry_ingester_dead_letters_total", store, "0 0 9 9 9 9"), rows("0+5000x5")],
  },
  TelemetryFirstDeadLetter: {
    at: 30,
    fires: [own("telemetry_ingester_dead_letters_total", store, "0x25 1x10"), rows("0+60x30")],
    // One bad event in nine minutes.
    quiet: [own("telemetry_ingester_dead_letters_total", store, everyNine), rows("0+60x100")],
  },
  TelemetryDeadLettersBlocked: {
    at: 5,
    fires: [
      own("telemetry_ingester_dead_letters_blocked", `${store},pod="a"`, "0x10"),
      own("telemetry_ingester_dead_letters_blocked", `${store},pod="b"`, "0 1x10"),
    ],
    // A broker that restarts.
    quiet: [
      own("telemetry_ingester_dead_letters_blocked", store, "0 0 0 1 0 0x5"),
      other("telemetry_ingester_dead_letters_blocked", "1x10"),
    ],
  },
  TelemetryEventsFlagged: {
    at: 45,
    fires: [own("telemetry_ingester_flagged_total", `${store},flag="ClockAhead"`, "0+10x60"), rows("0+100x60")],
    // One in fifty, by each of two flags.
    quiet: [
      own("telemetry_ingester_flagged_total", `${store},flag="ClockAhead"`, "0+2x60"),
      own("telemetry_ingester_flagged_total", `${store},flag="NullIsland"`, "0+2x60"),
      rows("0+100x60"),
    ],
  },
  TelemetryNoEvents: {at: 25, fires: [rows("7x30"), lag("0x30")], quiet: [rows("0+1x30"), lag("0x30")]},
  TelemetrySimulatorStuck: {
    at: 15,
    fires: [
      own("telemetry_simulator_vehicles", "", "4x20"),
      own("telemetry_simulator_acknowledged_total", ',kind="valid"', "9x20"),
    ],
    quiet: [
      own("telemetry_simulator_vehicles", "", "0x20"),
      own("telemetry_simulator_acknowledged_total", ',kind="valid"', "9x20"),
    ],
  },
  TelemetryTargetDown: {
    at: 10,
    fires: [
      own("up", ',component="simulator",pod="a"', "1 1 0x10"),
      own("up", ',component="simulator",pod="b"', "1x12"),
    ],
    quiet: [own("up", ',component="simulator",pod="a"', "1x12")],
  },
  TelemetryVehicleSilent: {
    at: 10,
    fires: [
      own("telemetry_fleet_vehicles", ',state="silent"', "2x15"),
      own("telemetry_fleet_silent_seconds", ',vehicle="lorry-7"', "900x15"),
    ],
    quiet: [
      own("telemetry_fleet_vehicles", ',state="silent"', "0x15"),
      own("telemetry_fleet_vehicles", ',state="seen"', "9x15"),
    ],
  },
  TelemetryVehicleOutOfRange: {
    at: 10,
    fires: [
      own("telemetry_fleet_vehicles", ',state="out_of_range"', "1x15"),
      own("telemetry_fleet_out_of_range", ',vehicle="lorry-7",field="temperature"', "9.5x15"),
    ],
    quiet: [own("telemetry_fleet_vehicles", ',state="out_of_range"', "0x15")],
  },
  TelemetryNotificationsFailing: {
    at: 10,
    fires: [
      own("telemetry_alert_receiver_oldest_seconds", "", "0x2 400x15"),
      own("telemetry_alert_receiver_dead_total", "", "0x15"),
    ],
    quiet: [
      own("telemetry_alert_receiver_oldest_seconds", "", "20x15"),
      own("telemetry_alert_receiver_dead_total", "", "5x15"),
    ],
  },
  TelemetryPodRestarting: {
    at: 15,
    fires: [...database, restarts("fleet-timescaledb-0")],
    quiet: [...database, restarts("fleet-timescaledb-1")],
  },
  TelemetryVolumeFilling: {
    at: 480,
    fires: [...database, volume("available", "3000-5x480"), volume("capacity", "9000x480")],
    quiet: [...database, volume("available", "9000-5x480"), volume("capacity", "9000x480")],
  },
  TelemetryVolumeFillingFast: {
    // Full at minute 20: there are ten left to do something.
    at: 10,
    fires: [...database, volume("available", "9000-450x20"), volume("capacity", "9000x20")],
    // The same rate for a minute, as a compaction has.
    quiet: [...database, volume("available", "3000x8 2550x12"), volume("capacity", "9000x20")],
  },
  TelemetryVolumeFull: {
    at: 5,
    fires: [...database, volume("available", "90x20"), volume("capacity", "9000x20")],
    quiet: [...database, volume("available", "900x20"), volume("capacity", "9000x20")],
  },
  TelemetryVolumeGrowthPending: {
    at: 20,
    fires: [...database, condition("FileSystemResizePending", "1x30")],
    quiet: [...database, condition("FileSystemResizePending", "1x10 0x20"), condition("ModifyingVolume", "1x30")],
  },
};
