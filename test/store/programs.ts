import { findProgram } from './find-program.ts';

/** The programs that stores run on, found when first asked for. */
export const programs = {
  php: () => findProgram(['php', 'php8.2', 'php8.3', 'php8.4'], 'php8.2-cli php8.2-mysql php8.2-xml php8.2-mbstring'),
  phpFpm: () => findProgram(['php-fpm8.2', 'php-fpm8.3', 'php-fpm8.4', 'php-fpm'], 'php8.2-fpm'),
  nginx: () => findProgram(['nginx'], 'nginx-light'),
  mariadbd: () => findProgram(['mariadbd', 'mysqld'], 'mariadb-server'),
  mariadbInstallDb: () => findProgram(['mariadb-install-db', 'mysql_install_db'], 'mariadb-server'),
  mariadb: () => findProgram(['mariadb', 'mysql'], 'mariadb-client'),
  mariadbDump: () => findProgram(['mariadb-dump', 'mysqldump'], 'mariadb-client'),
} as const;
