package dev.datasync.http;

import dev.datasync.source.ReadException;

/**
 * Why one exchange did not bring a whole answer.
 *
 * @param code the stable code
 * @param problem what happened, without anything that came over the network
 * @param advice what to do
 * @param arrived whether the server may have done what was asked
 * @param repeatable whether it may go better next time
 */
record Fault(String code, String problem, String advice, boolean arrived, boolean repeatable) {

    /** Returns what a reading fails with. */
    ReadException exception(Call call, int attempts) {
        return new ReadException(code, sentence(call, attempts, problem, advice));
    }

    static String sentence(Call call, int attempts, String problem, String advice) {
        return call.what() + " (" + call + "): " + problem
                + (attempts > 1 ? ", at the last of " + attempts + " attempts" : "") + "; " + advice;
    }
}
