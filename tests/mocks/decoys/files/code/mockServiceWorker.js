/* eslint-disable */
/* tslint:disable */

/**
 * Mock Service Worker.
 * @see https://github.com/mswjs/msw
 * - Please do NOT modify this file.
 */
const PACKAGE_VERSION = '2.7.0'
self.addEventListener('install', function () { self.skipWaiting() })
