package dev.datasync.jdbc;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Why the database does not take some changes.
 *
 * @param kind what that means for them
 * @param reason in words that show no values
 * @param failure what the driver threw, or {@code null} when the statement was executed and did something else
 */
record Refusal(FailureKind kind, String reason, @Nullable SQLException failure) {}
