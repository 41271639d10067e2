import {
  errorFixture,
  type FamilyKey,
  faultsOf,
  streamFixture,
  type UpstreamFamily,
  wantsStream,
  wholeFixture,
} from './family.ts';
import type { RecordedRequest } from './recorded.ts';
import type { HttpReply, Part } from './reply.ts';
import type { Handler } from './server.ts';

/** Plays an upstream of a family from its fixtures; a request that the family refuses is a defect. */
export interface FamilyPlayer {
  /** Answers with a fixture, whole or streamed as it is asked for. */
  answer(name: string): Handler;
  /** Answers with an error of the fixtures. */
  refuse(name: string): Handler;
  /** Streams the first events of a fixture and then says nothing any more. */
  fallSilent(name: string, events: number): Handler;
}

/** Makes a player that knows under which key and name it is asked. */
export function createFamilyPlayer(family: UpstreamFamily, key: FamilyKey): FamilyPlayer {
  function checked(reply: (request: RecordedRequest) => HttpReply): Handler {
    return (request) => {
      const faults = faultsOf(family, key, request);
      if (faults.length > 0) throw new Error(`No request for ${family.name}: ${faults.join('; ')}`);
      return reply(request);
    };
  }

  return {
    answer: (name) =>
      checked((request) =>
        wantsStream(family, key, request)
          ? streamFixture(family, name)
          : wholeFixture(family, name),
      ),
    refuse: (name) => checked(() => errorFixture(family, name)),
    fallSilent: (name, events) =>
      checked(() => {
        const { parts, ...reply } = streamFixture(family, name);
        return {
          ...reply,
          parts: [...(parts as readonly Part[])].slice(0, events),
          ending: 'never',
        };
      }),
  };
}
