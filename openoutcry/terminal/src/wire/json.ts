/**
 * JSON with exact numbers.
 *
 * JSON.parse turns numbers into binary floating point. Here every number stays the text that the venue wrote; the
 * field readers turn that text into scaled integers.
 */
export type Json = string | boolean | null | Json[] | JsonObject;
export interface JsonObject { [name: string]: Json }

const STRING_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** Numbers come back as strings; text that is not JSON throws a SyntaxError. */
export function parseJson(text: string): Json {
  return JSON.parse(text.replace(STRING_OR_NUMBER, (token) => (token.startsWith('"') ? token : `"${token}"`))) as Json;
}

export function isObject(json: Json | undefined): json is JsonObject {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}
