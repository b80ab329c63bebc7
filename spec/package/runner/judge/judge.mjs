// Compares the expected with the actual. Each difference names what differs and both values.

import { judgeConclusion } from "./conclusion.mjs";
import { Judgement } from "./judgement.mjs";
import { judgeRequests, judgeWaits } from "./requests.mjs";

/** Compares one case. `retries`: whether the client retries as the scenario expects. Without a
 *  `conclusion`, only the requests are checked. */
export function judge(capabilities, scenario, retries, received, conclusion) {
  const judgement = new Judgement(capabilities);
  const { requests, sentAgain, conclusion: expected } = scenario.expect;
  judgeRequests(judgement, requests, retries, received);
  if (!conclusion) return judgement;
  if (sentAgain && retries) judgeWaits(judgement, sentAgain.waits ?? [], received, conclusion);
  const wanted = sentAgain && !retries ? sentAgain.otherwise : expected;
  judgeConclusion(judgement, scenario, wanted, received, conclusion);
  return judgement;
}
