#!/usr/bin/env node
import { runProcess } from './commands/main';

if (require.main === module) runProcess(process.argv.slice(2));
