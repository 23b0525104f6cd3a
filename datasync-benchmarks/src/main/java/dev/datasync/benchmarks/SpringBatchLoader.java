package dev.datasync.benchmarks;

import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.springframework.batch.core.BatchStatus;
import org.springframework.batch.core.JobExecution;
import org.springframework.batch.core.JobParameters;
import org.springframework.batch.core.Step;
import org.springframework.batch.core.StepExecution;
import org.springframework.batch.core.job.builder.JobBuilder;
import org.springframework.batch.core.launch.support.TaskExecutorJobLauncher;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.repository.support.ResourcelessJobRepository;
import org.springframework.batch.core.step.builder.StepBuilder;
import org.springframework.batch.item.database.JdbcBatchItemWriter;
import org.springframework.batch.item.database.builder.JdbcBatchItemWriterBuilder;
import org.springframework.batch.item.file.FlatFileItemReader;
import org.springframework.batch.item.file.builder.FlatFileItemReaderBuilder;
import org.springframework.batch.item.file.mapping.PassThroughFieldSetMapper;
import org.springframework.batch.item.file.transform.FieldSet;
import org.springframework.core.io.FileSystemResource;
import org.springframework.jdbc.support.JdbcTransactionManager;

/**
 * A CSV file into a table, every row of it: a job of Spring Batch of one step, which keeps no record of itself and makes no
 * bean of a row.
 */
final class SpringBatchLoader {

    private SpringBatchLoader() {}

    /** Returns how many rows were written. */
    static long load(Path file, String url) throws Exception {
        try (HikariDataSource database = new HikariDataSource()) {
            database.setJdbcUrl(url);
            JobRepository repository = new ResourcelessJobRepository();
            FlatFileItemReader<FieldSet> reader = new FlatFileItemReaderBuilder<FieldSet>()
                    .name("rows")
                    .resource(new FileSystemResource(file))
                    .encoding("UTF-8")
                    .linesToSkip(1)
                    .delimited()
                    .names(Stream.concat(Stream.of("id"), Records.COLUMNS.stream())
                            .toArray(String[]::new))
                    .fieldSetMapper(new PassThroughFieldSetMapper())
                    .saveState(false)
                    .build();
            JdbcBatchItemWriter<FieldSet> writer = new JdbcBatchItemWriterBuilder<FieldSet>()
                    .dataSource(database)
                    .sql(BatchLoader.UPSERT)
                    .itemPreparedStatementSetter((row, statement) -> BatchLoader.set(statement, row::readRawString))
                    .build();
            writer.afterPropertiesSet();
            Step step = new StepBuilder("load", repository)
                    .<FieldSet, FieldSet>chunk(BatchLoader.BATCH, new JdbcTransactionManager(database))
                    .reader(reader)
                    .writer(writer)
                    .build();
            TaskExecutorJobLauncher launcher = new TaskExecutorJobLauncher();
            launcher.setJobRepository(repository);
            launcher.afterPropertiesSet();
            JobExecution execution =
                    launcher.run(new JobBuilder("load", repository).start(step).build(), new JobParameters());
            if (execution.getStatus() != BatchStatus.COMPLETED) {
                throw new IllegalStateException(
                        "the job is " + execution.getStatus() + ": " + execution.getAllFailureExceptions());
            }
            return execution.getStepExecutions().stream()
                    .mapToLong(StepExecution::getWriteCount)
                    .sum();
        }
    }
}
