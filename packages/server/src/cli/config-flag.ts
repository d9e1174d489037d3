/** The option `--config`, as every command has it. */
export const CONFIG_FLAG = ['-c, --config <file>', 'configuration file (default: $REKEY_CONFIG, else rekey.yaml where it exists)'] as const
