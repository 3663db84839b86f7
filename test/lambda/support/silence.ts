// Loggers are made when a step is loaded: to be imported before the steps.
process.env['POWERTOOLS_LOG_LEVEL'] = 'SILENT';
