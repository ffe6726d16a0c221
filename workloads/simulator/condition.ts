import type {FleetConfig} from "./config.ts";
import type {EventFault} from "./faults.ts";
import {beginFault, SENSOR_KINDS, type SensorFault, type SensorKind} from "./sensor.ts";
import type {Truth, TruthEntry} from "./truth.ts";
import {type CoolingUnit, createUnit, fails} from "./unit.ts";

/** What is the matter with a vehicle: its doors, cooling unit and temperature sensor. The truth has it as well. */
export type Condition = ReturnType<typeof createCondition>;

/** Times are those of the vehicle's clock, in ms since the epoch. */
export function createCondition(vehicle: string, index: number, hasHold: boolean, truth: Truth) {
  let unit: CoolingUnit | undefined;
  let hours = 0;
  let repaired = 0;
  let sensor: SensorFault | undefined;
  const lasting: Partial<Record<"door" | "unit" | "sensor", TruthEntry>> = {};

  function begin(part: keyof typeof lasting, kind: TruthEntry["kind"], from: number) {
    lasting[part] = truth.begin(vehicle, kind, from);
  }
  function end(part: keyof typeof lasting, to: number) {
    if (lasting[part]) lasting[part].to = to;
    lasting[part] = undefined;
  }

  return {
    /** A unit that is among those that fail begins to; one that no longer is has been repaired. */
    configure(config: FleetConfig, time: number): void {
      const isFailing = hasHold && fails(index, config);
      if (isFailing && unit && hours === config.faults.coolingUnitHours) return;
      end("unit", time);
      hours = config.faults.coolingUnitHours;
      unit = isFailing ? createUnit(config.seed, index, time, hours) : undefined;
    },

    /** The capacity of the cooling unit. */
    capacityAt(time: number): number {
      if (unit === undefined) return 1;
      const {from, to, capacity} = unit.at(time);
      if (time >= repaired) end("unit", repaired);
      if (lasting.unit === undefined && time >= from) {
        begin("unit", "coolingUnit", from);
        repaired = to;
      }
      return capacity;
    },

    setDoor(isOpen: boolean, time: number): void {
      if (isOpen === (lasting.door !== undefined)) return;
      if (isOpen) begin("door", "door", time);
      else end("door", time);
    },

    /** What the sensor shows of a temperature; a fault begins with it unless another one lasts. */
    shown(temperature: number, time: number, fault: EventFault, chance: () => number): number {
      if (sensor && time >= sensor.to) {
        end("sensor", sensor.to);
        sensor = undefined;
      }
      if (sensor === undefined && isOfSensor(fault)) {
        sensor = beginFault(fault, temperature, time, chance);
        begin("sensor", fault, time);
      }
      return sensor ? sensor.shows(temperature, time) : temperature;
    },

    /** The vehicle leaves the fleet. */
    end(time: number): void {
      end("door", time);
      end("unit", time);
      end("sensor", time);
    },
  };
}

const isOfSensor = (fault: EventFault): fault is SensorKind => (SENSOR_KINDS as string[]).includes(fault);
