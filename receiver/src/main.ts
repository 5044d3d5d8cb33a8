import './cli/main.ts';
