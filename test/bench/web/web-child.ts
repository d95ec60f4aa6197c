/** Loaded before the built process of the readers: the parent asks it how much CPU time the process has taken. */
process.on('message', () => process.send?.(process.cpuUsage()));
