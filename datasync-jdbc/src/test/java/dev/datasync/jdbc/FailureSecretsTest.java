package dev.datasync.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FailureSecretsTest {

    @Test
    void what_a_data_source_tells_of_its_settings_shows_no_secret() {
        for (String text : new String[] {
            "no suitable driver for jdbc:oracle:thin:scott/canary@host:1521/service",
            "no suitable driver for jdbc:oracle:thin:scott/canary@//host:1521/service",
            "settings {\"user\":\"me\",\"password\":\"canary\"}",
            "settings password = 'canary'",
            "settings password=\"canary\"",
            "jdbc:postgresql://host/db?user=me&password=canary&ssl=true",
            "jdbc:postgresql://me:canary@host/db",
            "jdbc:postgresql://me:can@canary@host/db"
        }) {
            assertThat(Failure.withoutSecrets(text)).doesNotContain("canary");
        }
    }
}
