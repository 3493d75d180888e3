/** Reads the fields of a message from the venue, with the field's name in every complaint. */
import {
  type Money, type Price, type Quantity, parseAveragePrice, parseMoney, parsePrice, parseQuantity,
} from '../decimal/decimal';
import { type Instant, parseInstant } from './instant';
import { isObject, type Json, type JsonObject } from './json';

export class WireError extends Error {
  override readonly name = 'WireError';
}

export class Fields {
  readonly #record: JsonObject;

  constructor(json: Json | undefined) {
    if (!isObject(json)) throw new WireError('expected an object');
    this.#record = json;
  }

  #read<T>(name: string, convert: (text: string) => T): T {
    const json = this.#record[name];
    if (typeof json !== 'string') throw new WireError(`${name} is missing`);
    try {
      return convert(json);
    } catch (error) {
      throw new WireError(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  #optional<T>(name: string, convert: (text: string) => T): T | null {
    const json = this.#record[name];
    return json === undefined || json === null ? null : this.#read(name, convert);
  }

  has(name: string): boolean {
    return this.#record[name] !== undefined;
  }

  text(name: string): string {
    return this.#read(name, (text) => text);
  }

  optionalText(name: string): string | null {
    return this.#optional(name, (text) => text);
  }

  flag(name: string): boolean {
    return this.#record[name] === true;
  }

  /** A counter or sequence number. */
  integer(name: string): number {
    return this.#read<number>(name, parseQuantity);
  }

  quantity(name: string): Quantity {
    return this.#read(name, parseQuantity);
  }

  optionalQuantity(name: string): Quantity | null {
    return this.#optional(name, parseQuantity);
  }

  price(name: string): Price {
    return this.#read(name, parsePrice);
  }

  optionalPrice(name: string): Price | null {
    return this.#optional(name, parsePrice);
  }

  optionalAveragePrice(name: string): Price | null {
    return this.#optional(name, parseAveragePrice);
  }

  money(name: string): Money {
    return this.#read(name, parseMoney);
  }

  optionalMoney(name: string): Money | null {
    return this.#optional(name, parseMoney);
  }

  instant(name: string): Instant {
    return this.#read(name, parseInstant);
  }

  optionalInstant(name: string): Instant | null {
    return this.#optional(name, parseInstant);
  }

  object(name: string): Fields {
    try {
      return new Fields(this.#record[name]);
    } catch {
      throw new WireError(`${name} is not an object`);
    }
  }

  /** Each item of a list, read by `read`. */
  list<T>(name: string, read: (item: Fields) => T): T[] {
    const json = this.#record[name];
    if (!Array.isArray(json)) throw new WireError(`${name} is not a list`);
    return json.map((item) => read(new Fields(item)));
  }

  optionalList<T>(name: string, read: (item: Fields) => T): T[] {
    return this.#record[name] === undefined || this.#record[name] === null ? [] : this.list(name, read);
  }

  texts(name: string): string[] {
    const json = this.#record[name];
    if (!Array.isArray(json)) throw new WireError(`${name} is not a list`);
    return json.filter((item): item is string => typeof item === 'string');
  }
}
