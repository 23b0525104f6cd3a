package dev.datasync.examples.airports;

import java.nio.file.Path;

/** The tables of the real data, and what changed between its two dates as counted without DataSync. */
enum AirportTable {
    RUNWAYS("runways", """
            id bigint primary key,
            airport_ref integer,
            airport_ident varchar,
            length_ft integer,
            width_ft integer,
            surface varchar,
            lighted boolean not null,
            closed smallint not null,
            le_ident varchar,
            le_latitude_deg double precision,
            le_longitude_deg double precision,
            le_elevation_ft integer,
            "le_heading_degT" numeric(5, 2),
            le_displaced_threshold_ft integer,
            he_ident varchar,
            he_latitude_deg numeric(30, 20),
            he_longitude_deg numeric(30, 20),
            he_elevation_ft integer,
            "he_heading_degT" numeric(5, 2),
            he_displaced_threshold_ft integer
            """, 46_897, 47_144, 250, 326, 3),
    FREQUENCIES("airport-frequencies", """
            id integer primary key,
            airport_ref bigint not null,
            airport_ident varchar(10) not null,
            type varchar(20) not null,
            description varchar(100),
            frequency_mhz numeric(9, 3) not null
            """, 30_133, 30_164, 31, 24, 0),
    REGIONS("regions", """
            id integer primary key,
            code varchar(10) not null unique,
            local_code varchar(10) not null,
            name varchar not null,
            continent char(2) not null,
            iso_country char(2) not null,
            wikipedia_link varchar,
            keywords varchar
            """, 3_929, 3_941, 12, 0, 0),
    COUNTRIES("countries", """
            id integer primary key,
            code char(2) not null unique,
            name varchar(50) not null,
            continent char(2) not null,
            wikipedia_link varchar,
            keywords varchar
            """, 249, 249, 0, 0, 0);

    static final String OLD = "2025-06-23";
    static final String NEW = "2025-10-03";

    private final String fileName;
    private final String columns;
    private final long old;
    private final long current;
    private final long inserted;
    private final long updated;
    private final long deleted;

    AirportTable(String fileName, String columns, long old, long current, long inserted, long updated, long deleted) {
        this.fileName = fileName;
        this.columns = columns;
        this.old = old;
        this.current = current;
        this.inserted = inserted;
        this.updated = updated;
        this.deleted = deleted;
    }

    long old() {
        return old;
    }

    long current() {
        return current;
    }

    long inserted() {
        return inserted;
    }

    long updated() {
        return updated;
    }

    long deleted() {
        return deleted;
    }

    long unchanged() {
        return old - updated - deleted;
    }

    /** The table's own name contains a character that must be quoted. */
    String tableName() {
        return fileName;
    }

    String ddl(String name) {
        return "create table \"" + name + "\" (" + columns + ")";
    }

    Path file(String date) {
        return RealData.folder().resolve("ourairports").resolve(date).resolve(fileName + ".csv");
    }
}
