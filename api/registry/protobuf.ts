import protobuf from "protobufjs";
import {type Cursor, deeper, misfit, put, varint, within} from "./cursor.ts";
import {type Fields, fieldReader, type ReaderOf, type ReadMessage, scalarOf, valueReader} from "./proto-fields.ts";
import {typesOf} from "./proto-types.ts";

const GROUP_END = 4;

/**
 * Makes a schema into functions, each message once. No text of the schema becomes code.
 *
 * @param imports text of each imported file, by the path of its import
 * @throws Error why it is no schema
 */
export function compileProtobuf(text: string, imports: Map<string, string>) {
  const find = typesOf(text, imports);
  const places = new Map<string, (from: Cursor) => unknown>();
  const readers = new Map<protobuf.Type, ReadMessage>();
  return (from: Cursor, indexes: number[]): unknown => {
    const place = indexes.join(".");
    let read = places.get(place);
    if (!read) {
      read = valueReader(find(indexes), readerOf);
      places.set(place, read);
    }
    return read(from);
  };

  function readerOf(type: protobuf.Type): ReadMessage {
    const known = readers.get(type);
    if (known) return known;
    const {defaults, lists, maps, required} = emptyOf(type);
    const readFields = fieldsReader(type, readerOf);
    const read: ReadMessage = (from, into) => {
      const message = into ?? {...defaults};
      if (!into) for (const name of lists) put(message, name, []);
      if (!into) for (const name of maps) put(message, name, {});
      deeper(from);
      readFields(message, from);
      from.depth--;
      for (const name of required) if (!Object.hasOwn(message, name)) misfit(`${name} is required and missing`);
      return message;
    };
    readers.set(type, read);
    return read;
  }
}

function fieldsReader(type: protobuf.Type, readerOf: ReaderOf) {
  let fields: Map<number, {name: string; read: ReturnType<typeof fieldReader>}> | undefined;
  return (message: Fields, from: Cursor): void => {
    // Only now: a message may be a part of itself.
    fields ??= new Map(type.fieldsArray.map((one) => [one.id, {name: one.name, read: fieldReader(one, readerOf)}]));
    while (from.at < from.end) {
      const tag = Number(varint(from));
      const wire = tag % 8;
      if (wire === GROUP_END) break;
      const number = (tag - wire) / 8;
      const field = fields.get(number);
      if (!field) misfit(`field ${number} is not in message ${type.name}`);
      try {
        field.read(message, from, wire);
      } catch (error) {
        throw within(field.name, error);
      }
    }
  };
}

/** What a message has of which nothing was sent, and what it must have. */
function emptyOf(type: protobuf.Type) {
  const fields = type.fieldsArray;
  const defaults: Fields = {};
  const isSingle = ({hasPresence, repeated, map, resolvedType}: protobuf.Field) =>
    !(hasPresence || repeated || map || resolvedType instanceof protobuf.Type);
  for (const {name, type, resolvedType} of fields.filter(isSingle))
    put(defaults, name, scalarOf(type, resolvedType).initial);
  return {
    defaults,
    lists: fields.filter(({repeated, map}) => repeated && !map).map(({name}) => name),
    maps: fields.filter(({map}) => map).map(({name}) => name),
    required: fields.filter(({required}) => required).map(({name}) => name),
  };
}
