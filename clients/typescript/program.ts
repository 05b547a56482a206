// Asks a running server a few questions, with types all the way; fails where an answer is not as expected.
//
//     npm start http://127.0.0.1:8000

import assert from "node:assert/strict";
import { argv } from "node:process";

import createClient from "openapi-fetch";

import type { components, paths } from "./dragoman.js";

type Event = components["schemas"]["EventListed"];
type EventType = components["schemas"]["EventType"];
type Problem = components["schemas"]["Problem"];
type Statement = components["schemas"]["StatementListed"];

// A list answers in many formats; this client asks for JSON.
const client = createClient<paths, "application/json" | "application/problem+json">({ baseUrl: argv[2] ?? "http://127.0.0.1:8000" });

/** The answer, where it is one; a refusal says why. */
function answered<Answer>({ data, error }: { data?: Answer; error?: Problem }): Answer {
  if (error) throw new Error(`${error.status} ${error.title}: ${error.detail}`);
  assert(data !== undefined);
  return data;
}

/** The first of a list that is not empty. */
function first<Item>([item]: Item[]): Item {
  assert(item !== undefined);
  return item;
}

/** The events of a type in a month, the oldest first. */
async function eventsOf(type: EventType, date: string): Promise<Event[]> {
  return answered(await client.GET("/v1/events", { params: { query: { type: [type], date, sort: ["date"] } } })).data;
}

/** A statement of a speaker, with the words of the article that prove it. */
async function words(speaker: string): Promise<Statement> {
  const query = { speaker: [speaker], has: ["quote" as const], include: ["evidence" as const], limit: 1 };
  return first(answered(await client.GET("/v1/statements", { params: { query } })).data);
}

const october = await eventsOf("warning", "2016-10");
assert.deepEqual(october.map((event) => event.id), ["2016-10-01-zakharova-warning", "2016-10-06-konashenkov-warning"]);
assert(october.every((event) => event.type === "warning"));
assert.equal(october[0]?.date.start, "2016-10-01");

const suggested = await client.GET("/v1/suggest", { params: { query: { q: "Zaharova", kind: ["actor"] } } });
const actor = first(answered(suggested).data);
assert.deepEqual([actor.id, actor.matched], ["maria-zakharova", "Maria Zakharova"]);

const statement = await words(actor.id);
assert(statement.speaker && statement.quote);
assert.equal(statement.speaker.name, actor.label);
const proof = first(statement.evidence ?? []);
assert(proof.verified && proof.exact?.includes(statement.quote.text));

const query = { actor: ["john-kerry"], facets: ["type" as const] };
const facets = answered(await client.GET("/v1/events/facets", { params: { query } })).data;
const most = first(facets["type"]?.values ?? []);
assert.deepEqual([most.value, most.count], ["phone_call", 9]);

const missing = await client.GET("/v1/events/{id}", { params: { path: { id: "no-such-event" } } });
assert.equal(missing.data, undefined);
assert.equal(missing.error?.status, 404);

console.log(`TypeScript: ${october.length} warnings; ${actor.label} said: ${statement.quote.text}`);
